import Markdown from 'markdown-to-jsx';
import { ReactNode } from 'react';

/** Pictures of other hosts are not loaded: they are links. */
const Picture = ({ alt, src }: { alt?: string; src?: string }) => <a href={src} rel="noreferrer noopener" target="_blank">{alt || src}</a>;

const Anchor = ({ href, children }: { href?: string; children?: ReactNode }) => (
  <a href={href !== undefined && /^(https?:|mailto:|\/|#)/i.test(href) ? href : undefined} rel="noreferrer noopener" target="_blank">{children}</a>
);

/** Markdown as elements of this page; markup in it is text. */
export const Prose = ({ text }: { text: string }) => (
  <div className="prose">
    <Markdown options={{ disableParsingRawHTML: true, forceBlock: true, overrides: { h1: { component: 'h3' }, h2: { component: 'h4' }, h3: { component: 'h5' }, img: Picture, a: Anchor, iframe: () => null, input: () => null } }}>{text}</Markdown>
  </div>
);
