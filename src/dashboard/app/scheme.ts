import { useMantineColorScheme } from '@mantine/core';
import type { IconName } from '../parts/icon';

const order = ['auto', 'light', 'dark'] as const;
const icons: Readonly<Record<(typeof order)[number], IconName>> = { auto: 'device-desktop', light: 'sun', dark: 'moon' };
const names: Readonly<Record<(typeof order)[number], string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

export const useScheme = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return {
    icon: icons[colorScheme],
    name: names[colorScheme],
    next: () => setColorScheme(order[(order.indexOf(colorScheme) + 1) % order.length] ?? 'auto'),
  };
};
