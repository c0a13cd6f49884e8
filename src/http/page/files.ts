/** The built files of the Registry App, held in memory: what is not among them cannot be asked for. */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Coding = 'br' | 'gzip';

export type PageFile = {
  readonly type: string;
  readonly content: Buffer;
  /** Whether its name changes with its content, so that it may be kept for ever. */
  readonly isHashed: boolean;
  readonly etag: string;
  /** The content in a coding, made when it is first asked for; none where that is not smaller. */
  readonly encoded: (coding: Coding) => Promise<Buffer | undefined>;
};

export const INDEX = '/index.html';

/** Where Vite puts what it names after a hash of its content. */
const HASHED = '/assets/';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const compress: Readonly<Record<Coding, (content: Buffer) => Promise<Buffer>>> = {
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
};

const isText = (type: string): boolean => type.includes('charset') || type === 'image/svg+xml';

const fileOf = (address: string, content: Buffer): PageFile => {
  const type = types[extname(address)] ?? 'application/octet-stream';
  const made = new Map<Coding, Promise<Buffer | undefined>>();
  const make = async (coding: Coding): Promise<Buffer | undefined> => {
    if (!isText(type)) return undefined;
    const encoded = await compress[coding](content);
    return encoded.length < content.length ? encoded : undefined;
  };
  return {
    type,
    content,
    isHashed: address.startsWith(HASHED),
    etag: hash('sha256', content, 'base64url').slice(0, 27),
    encoded: (coding) => {
      const known = made.get(coding) ?? make(coding);
      made.set(coding, known);
      return known;
    },
  };
};

/** The files below a folder by their addresses (`/index.html`, `/assets/index-5f3a.js`); none where it is not there. */
export const readFiles = (folder: string): ReadonlyMap<string, PageFile> => {
  if (!existsSync(join(folder, INDEX))) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const address = `/${relative(folder, file).split(sep).join('/')}`;
      return [address, fileOf(address, readFileSync(file))];
    }),
  );
};
