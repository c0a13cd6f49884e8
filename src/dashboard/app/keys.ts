/** The keys of the page, where nothing is being typed. Two of them one after the other are written with a space. */
export const keyList: ReadonlyArray<{ keys: ReadonlyArray<string>; does: string }> = [
  { keys: ['Ctrl', 'K'], does: 'Find registries, collections, versions, aliases and actions' },
  { keys: ['/'], does: 'The same' },
  { keys: ['g', 'r'], does: 'Go to the registries' },
  { keys: ['g', 'a'], does: 'Go to the artifacts' },
  { keys: ['g', 'u'], does: 'Go to the audit' },
  { keys: ['g', 'o'], does: 'Go to the organization' },
  { keys: ['n'], does: 'Link new version' },
  { keys: ['t'], does: 'Change the colour scheme' },
  { keys: ['?'], does: 'These keys' },
  { keys: ['Esc'], does: 'Close what is open' },
  { keys: ['←', '→'], does: 'On the timeline: move the cursor; with Shift, further' },
];
