/**
 * `npm ci` refuses a lock file that lacks a package for another platform, unless it can ask the registry about it. npm
 * leaves such packages out when the lock file is made where they cannot be had.
 */
import lock from '../../package-lock.json';

type Locked = { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly version?: string };

const packages: Readonly<Record<string, Locked>> = lock.packages;

/** Where Node looks for `name` when the package at `place` asks for it, nearest first. */
const places = (place: string, name: string): ReadonlyArray<string> => [
  `${place}/node_modules/${name}`,
  ...(place === '' ? [] : places(place.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, ''), name)),
];

it('the lock file names the optional packages of every platform', () => {
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter(
      (name) => !places(place, name).some((path) => path.replace(/^\//, '') in packages),
    ),
  );
  expect(missing).toEqual([]);
});

it('direct dependencies are exact, and the locked ones', () => {
  const { dependencies, devDependencies } = lock.packages[''];
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
});
