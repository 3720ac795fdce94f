import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answerOf, api } from '~/api/client';
import type { Me } from '~/api/contract';
import { atFields, NEW_ACCOUNT } from '~/ui/at-fields';
import { NewPassword } from '~/ui/new-password';
import { TroubleLine } from '~/ui/trouble';
import css from './sign-in.module.css';

interface Done {
  onDone: (me: Me) => void;
}

export function SignInForm({ onDone, focus = true }: Done & { focus?: boolean }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/auth/sign-in', { body: { name, password } })),
    onSuccess: onDone,
  });
  const told = atFields(signIn.error, { 'wrong-password': 'password' });
  return (
    <Form onSubmit={() => signIn.mutate()}>
      {told.above && <TroubleLine problem={told.above} />}
      <TextInput
        label="Name"
        autoComplete="username"
        autoFocus={focus}
        required
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        error={told.at('password')}
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <Button type="submit" fullWidth loading={signIn.isPending}>
        Sign in
      </Button>
    </Form>
  );
}

/** An account of one's own making, with an invitation where one is needed. */
export function SignUpForm({ onDone, invitation }: Done & { invitation?: string }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signUp = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/auth/sign-up', {
          body: { name: name.trim(), password, ...(invitation ? { invitation } : {}) },
        }),
      ),
    onSuccess: onDone,
  });
  const told = atFields(signUp.error, NEW_ACCOUNT);
  return (
    <Form onSubmit={() => signUp.mutate()}>
      {told.above && <TroubleLine problem={told.above} />}
      <NewName value={name} onChange={setName} error={told.at('name')} />
      <NewPassword value={password} onChange={setPassword} error={told.at('password')} />
      <Button type="submit" fullWidth loading={signUp.isPending}>
        Create the account
      </Button>
    </Form>
  );
}

export function SetupForm({ onDone }: Done) {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const setup = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/api/v1/auth/setup', { body: { code: code.trim(), name, password } })),
    onSuccess: onDone,
  });
  const told = atFields(setup.error, { ...NEW_ACCOUNT, 'wrong-setup-code': 'code' } as const);
  return (
    <Form onSubmit={() => setup.mutate()}>
      {told.above && <TroubleLine problem={told.above} />}
      <TextInput
        label="One-time code"
        description="Look for it in the terminal or log where ChaosHub was started."
        autoComplete="one-time-code"
        autoFocus
        required
        error={told.at('code')}
        value={code}
        onChange={(e) => setCode(e.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
      <NewName value={name} onChange={setName} error={told.at('name')} />
      <NewPassword value={password} onChange={setPassword} error={told.at('password')} />
      <Button type="submit" fullWidth loading={setup.isPending}>
        Create the administrator
      </Button>
    </Form>
  );
}

interface Field {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

function NewName({ value, onChange, error }: Field) {
  return (
    <TextInput
      label="Name"
      description="Lowercase letters, digits and hyphens."
      autoComplete="username"
      required
      error={error}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}

function Form(props: { onSubmit: () => void; children: ReactNode }) {
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}
