import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder';

export type SmallDisk = {
  readonly path: string;
  /** Leaves no byte free. */
  readonly fill: () => void;
  readonly makeSpace: () => void;
  readonly remove: () => void;
};

/** A file system of its own of a few MiB; undefined where this process may not mount one. */
export const smallDisk = (mebibytes: number): SmallDisk | undefined => {
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder.path]);
  if (mounted.status !== 0) {
    folder.remove();
    return undefined;
  }
  const ballast = (bytes: number): string => join(folder.path, `ballast-${bytes}`);
  const sizes = [1024 * 1024, 4096];
  return {
    path: folder.path,
    fill: () => {
      for (const bytes of sizes) {
        try {
          for (;;) writeFileSync(ballast(bytes), Buffer.alloc(bytes), { flag: 'a' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    makeSpace: () => sizes.forEach((bytes) => rmSync(ballast(bytes), { force: true })),
    remove: () => {
      // Lazily: the driver keeps a closed file open until its statements are collected as garbage.
      spawnSync('umount', ['-l', folder.path]);
      folder.remove();
    },
  };
};
