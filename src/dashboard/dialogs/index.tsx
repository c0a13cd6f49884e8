import type { DialogIntent } from '../app/dialogs';
import { useFocusBack } from '../app/focus';
import { MoveDialog, RemoveDialog, RollBackDialog } from './alias-dialogs';
import { LinkDialog } from './link-dialog';
import {
  DeleteCollectionDialog, DeleteRegistryDialog, KeysDialog, NewCollectionDialog, NewRegistryDialog, UnlinkDialog,
} from './other-dialogs';

/** The dialog that was asked for. */
export const Dialog = ({ intent }: { intent: DialogIntent }) => {
  useFocusBack();
  switch (intent.kind) {
    case 'move':
      return <MoveDialog {...intent} />;
    case 'rollback':
      return <RollBackDialog {...intent} />;
    case 'remove':
      return <RemoveDialog {...intent} />;
    case 'unlink':
      return <UnlinkDialog {...intent} />;
    case 'link':
      return <LinkDialog {...intent} />;
    case 'new-registry':
      return <NewRegistryDialog />;
    case 'new-collection':
      return <NewCollectionDialog {...intent} />;
    case 'delete-collection':
      return <DeleteCollectionDialog {...intent} />;
    case 'delete-registry':
      return <DeleteRegistryDialog {...intent} />;
    case 'keys-help':
      return <KeysDialog />;
  }
};
