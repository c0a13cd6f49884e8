import { ActionIcon, ActionIconProps, Button, ButtonProps, Menu, Tooltip } from '@mantine/core';
import { ReactNode } from 'react';
import { Icon, IconName } from './icon';

type Disabled = {
  /** Why it cannot be done; shown, and nothing is tried. */
  because?: string | undefined;
  onClick?: () => void;
};

const guard = ({ because, onClick }: Disabled) => ({
  'aria-disabled': because === undefined ? undefined : true,
  'data-disabled': because === undefined ? undefined : true,
  onClick: because === undefined ? onClick : undefined,
});

/** A button that says why when it cannot be used. */
export const Action = ({ because, onClick, children, ...rest }: ButtonProps & Disabled & { children: ReactNode; type?: 'submit' | 'button' }) => (
  <Tooltip label={because} disabled={because === undefined}>
    <Button
      {...rest}
      {...guard({ because, ...(onClick ? { onClick } : {}) })}
      {...(because === undefined ? {} : { type: 'button' as const, 'aria-description': because })}
    >
      {children}
    </Button>
  </Tooltip>
);

type IconActionProps = ActionIconProps & Disabled & { icon: IconName; label: string };

export const IconAction = ({ because, onClick, icon, label, ...rest }: IconActionProps) => (
  <Tooltip label={because ?? label}>
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      {...rest}
      {...guard({ because, ...(onClick ? { onClick } : {}) })}
      {...(because === undefined ? {} : { 'aria-description': because })}
    >
      <Icon name={icon} />
    </ActionIcon>
  </Tooltip>
);

type MenuActionProps = Disabled & { icon: IconName; children: ReactNode; color?: string };

export const MenuAction = ({ because, onClick, icon, children, color }: MenuActionProps) => (
  <Menu.Item
    leftSection={<Icon name={icon} />}
    {...(color === undefined ? {} : { color })}
    closeMenuOnClick={because === undefined}
    {...guard({ because, ...(onClick ? { onClick } : {}) })}
  >
    {children}
    {because !== undefined && <div className="tiny dim" style={{ maxWidth: 230, whiteSpace: 'normal' }}>{because}</div>}
  </Menu.Item>
);
