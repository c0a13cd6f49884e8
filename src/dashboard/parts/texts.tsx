import { ActionIcon, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { InCollection } from '../api/queries';
import { Icon } from './icon';
import { say } from './toasts';

const COPIED = 1_600;

/** The clipboard, also where the page is not served as a secure context. */
const copyText = async (text: string): Promise<void> => {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};

export const Copy = ({ text, what }: { text: string; what: string }) => {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await copyText(text);
    } catch {
      return say(`The browser does not let this page copy ${what}. Mark it and copy it by hand.`, 'alert-triangle');
    }
    setCopied(true);
    timer.current = setTimeout(() => setCopied(false), COPIED);
  };
  return (
    <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Copy ${what}`} className="copy" onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </ActionIcon>
    </Tooltip>
  );
};

export const PathToCopy = ({ path, what = 'the path' }: { path: string; what?: string }) => (
  <span className="path">
    <code className="mono ellipsis isolate" title={path}>{path}</code>
    <Copy text={path} what={what} />
  </span>
);

export const Code = ({ code, label }: { code: string; label: string }) => (
  <div className="code-block">
    <pre tabIndex={0} aria-label={label}><code>{code}</code></pre>
    <Copy text={code} what="the code" />
  </div>
);

const HUES = [262, 205, 158, 28, 330, 190, 290, 95, 12, 235];

const hueOf = (name: string) => HUES[[...name].reduce((sum, character) => sum + character.charCodeAt(0), 0) % HUES.length] ?? 0;

/** `user:ann` as a person, `service:ci` as a machine. */
export const Person = ({ principal, avatar = true }: { principal: string; avatar?: boolean }) => {
  const colon = principal.indexOf(':');
  const kind = colon < 0 ? 'user' : principal.slice(0, colon);
  const name = principal.slice(colon + 1);
  const hue = hueOf(name);
  return (
    <span className="person" title={principal}>
      {avatar && (
        <span className="avatar" aria-hidden="true" style={{ background: `light-dark(hsl(${hue} 62% 91%), hsl(${hue} 34% 24%))`, color: `light-dark(hsl(${hue} 60% 28%), hsl(${hue} 70% 84%))` }}>
          {kind === 'user' ? [...name].slice(0, 2).join('') : <Icon name={kind === 'team' ? 'users-group' : 'robot'} size={12} />}
        </span>
      )}
      <span className="ellipsis">{name}</span>
    </span>
  );
};

export const VersionLink = ({ place, version, at }: { place: InCollection; version: string; at?: string | undefined }) => (
  <Link
    className="version"
    to="/registries/$registry/collections/$collection/versions/$version"
    params={{ ...place, version }}
    search={at === undefined ? {} : { at }}
  >
    {version}
  </Link>
);

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export const sizeOf = (bytes: number): string => {
  const power = bytes === 0 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), SIZES.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${SIZES[power]}`;
};

/** A metric as short as it can be told apart. */
export const numeral = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(5)));

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
