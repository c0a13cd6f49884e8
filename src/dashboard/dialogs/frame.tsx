import { Button, Group, Modal, Textarea } from '@mantine/core';
import { FormEvent, ReactNode } from 'react';
import { closeDialog } from '../app/dialogs';
import { Action } from '../parts/action';
import { ProblemNote } from '../parts/states';

type FrameProps = {
  title: ReactNode;
  submit: string;
  children: ReactNode;
  pending: boolean;
  /** Why it cannot be done, beside what the fields say themselves. */
  because?: string | undefined;
  error?: unknown;
  danger?: boolean;
  size?: string | number;
  onSubmit: () => void;
};

/** A dialog that changes something: Enter does it, Escape leaves it, and what goes wrong stays beside what was typed. */
export const Frame = ({ title, submit, children, pending, because, error, danger, size, onSubmit }: FrameProps) => (
  <Modal opened onClose={closeDialog} title={<strong>{title}</strong>} size={size ?? 'md'}>
    <form
      className="stack"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!pending && because === undefined) onSubmit();
      }}
    >
      {children}
      {error !== undefined && error !== null && <ProblemNote error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={closeDialog}>Cancel</Button>
        <Action type="submit" variant="filled" because={because} loading={pending} {...(danger === true ? { color: 'red.8' } : {})}>
          {submit}
        </Action>
      </Group>
    </form>
  </Modal>
);

type ReasonProps = { value: string; onChange: (reason: string) => void; hint?: string; example?: string };

export const Reason = ({ value, onChange, hint, example = 'Passed the evaluation of 12 May' }: ReasonProps) => (
  <Textarea
    label="Reason"
    description={hint ?? 'Kept with the event; whoever asks later why, reads it.'}
    placeholder={example}
    autosize
    minRows={2}
    maxRows={6}
    maxLength={1000}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);

/** A reason as a request carries it. */
export const withReason = (reason: string): { reason?: string } => (reason.trim() === '' ? {} : { reason: reason.trim() });
