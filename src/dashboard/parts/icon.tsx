import { iconPaths } from './icon-paths';

export type IconName = keyof typeof iconPaths;

/** An icon in the colour of the text around it. Decoration only: what it means is said beside it. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth={1.75}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    style={{ flexShrink: 0 }}
  >
    <path d={iconPaths[name]} />
  </svg>
);
