import { createTheme, CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';

const violet: MantineColorsTuple = [
  '#f1f0fd', '#e1dffa', '#c5c1f4', '#a7a1ee', '#8d85e8', '#6d63dc', '#4f46c8', '#443bb4', '#38309a', '#2d2680',
];
const gray: MantineColorsTuple = [
  '#f7f8fa', '#f1f3f6', '#e6e9ee', '#d7dbe2', '#bcc2cd', '#8f98a7', '#666f7f', '#4f5868', '#363d4a', '#1f242d',
];
const dark: MantineColorsTuple = [
  '#d8dce5', '#b8becb', '#9ba3b3', '#7a8393', '#3d4452', '#2c323e', '#20252f', '#161a21', '#101319', '#0b0d11',
];

/** What lies under a dialog stays legible: one decides by it. */
const OVERLAY = { color: '#12151c', backgroundOpacity: 0.36, blur: 0 };

export const theme = createTheme({
  colors: { violet, gray, dark },
  primaryColor: 'violet',
  primaryShade: { light: 6, dark: 5 },
  black: '#1f242d',
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.875rem' } },
  },
  components: {
    Button: { defaultProps: { size: 'sm', variant: 'default' } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' }, overlayProps: OVERLAY } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, overlayProps: OVERLAY } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } } },
    Select: { defaultProps: { comboboxProps: { shadow: 'md' }, openOnFocus: false } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
  },
});

/** Quiet texts keep a contrast of 4.5 to 1 in both schemes. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#596273',
    '--mantine-color-placeholder': '#666f7f',
    '--mantine-color-error': '#c02626',
    '--page': '#f7f8fa',
    '--surface': '#ffffff',
    '--sunken': '#f1f3f6',
    '--line': '#e3e6eb',
    '--accent': '#4f46c8',
    '--accent-soft': '#f1f0fd',
    '--guard': '#8a5300',
    '--guard-soft': '#fff4dc',
    '--guard-line': '#eed9a6',
    '--good': '#157347',
    '--good-soft': '#e6f5ec',
    '--bad': '#c02626',
    '--bad-soft': '#fdecec',
    '--past-soft': '#fdf6e6',
  },
  dark: {
    '--mantine-color-dimmed': '#9ba3b3',
    '--mantine-color-placeholder': '#868f9f',
    '--mantine-color-error': '#ff8f8f',
    '--page': '#101319',
    '--surface': '#161a21',
    '--sunken': '#1c212a',
    '--line': '#2a303b',
    '--accent': '#a7a1ee',
    '--accent-soft': '#252344',
    '--guard': '#f2c46d',
    '--guard-soft': '#33290f',
    '--guard-line': '#584716',
    '--good': '#6fd19c',
    '--good-soft': '#12301f',
    '--bad': '#ff8f8f',
    '--bad-soft': '#3a1a1c',
    '--past-soft': '#2b2413',
  },
});
