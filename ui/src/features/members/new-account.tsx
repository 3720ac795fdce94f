import { Button, Checkbox, Modal, PasswordInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserCog } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem } from '~/api/problem';
import { TroubleLine } from '~/ui/trouble';
import { createAccount } from './queries';

/** For administrators: an account on this server, which can then be added to workspaces by its name. */
export function NewAccountButton() {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [admin, setAdmin] = useState(false);
  const create = useMutation({
    mutationFn: () => createAccount({ name: name.trim(), password, ...(admin ? { admin } : {}) }),
    onSuccess: (made) => {
      setOpen(false);
      setName('');
      setPassword('');
      setAdmin(false);
      notifications.show({
        message: `${made.name} can sign in now. Add them as a member to let them see this workspace.`,
      });
    },
  });
  return (
    <>
      <Button
        variant="default"
        onClick={() => setOpen(true)}
        leftSection={<IconUserCog size={17} aria-hidden />}
      >
        New account
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="New account">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
          style={{ display: 'grid', gap: 14 }}
        >
          {create.isError && <TroubleLine problem={asProblem(create.error)} />}
          <TextInput
            label="Name"
            required
            data-autofocus
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description="Share it over a safe channel; they can change it later."
            required
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Checkbox
            label="Administrator of the whole hub"
            checked={admin}
            onChange={(event) => setAdmin(event.currentTarget.checked)}
          />
          <Button type="submit" loading={create.isPending}>
            Create the account
          </Button>
        </form>
      </Modal>
    </>
  );
}
