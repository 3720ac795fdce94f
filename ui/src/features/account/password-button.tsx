import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '~/api/keys';
import { NewPassword } from '~/ui/new-password';
import css from './account.module.css';
import { Refusal } from './again';
import { putPassword } from './queries';

/** Changes the password of my account, or sets the first one. `name` tells a password manager whose it is. */
export function PasswordButton({ has, name }: { has: boolean; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {has ? (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setOpen(true)}>
          Change<span className="unseen"> the password</span>
        </Button>
      ) : (
        <Button variant="default" onClick={() => setOpen(true)}>
          Set a password
        </Button>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={has ? 'Change the password' : 'Set a password'}
      >
        <PasswordForm has={has} name={name} onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function PasswordForm({ has, name, onDone }: { has: boolean; name: string; onDone: () => void }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const put = useMutation({
    mutationFn: () => putPassword(has ? current : undefined, next),
    onSuccess: async () => {
      notifications.show({ message: has ? 'The password is changed.' : 'The password is set.' });
      onDone();
      await Promise.all(
        [keys.waysIn, keys.sessions].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      {put.isError && <Refusal error={put.error} />}
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      {has && (
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          data-autofocus
          required
          value={current}
          onChange={(e) => setCurrent(e.currentTarget.value)}
        />
      )}
      <NewPassword label="New password" value={next} onChange={setNext} />
      <p>Wherever else you are signed in, you are signed out. API tokens stay good.</p>
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={put.isPending}>
          {has ? 'Change the password' : 'Set the password'}
        </Button>
      </Group>
    </form>
  );
}
