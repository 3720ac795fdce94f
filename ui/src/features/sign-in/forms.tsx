import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answerOf, api } from '~/api/client';
import type { Me } from '~/api/contract';
import { asProblem } from '~/api/problem';
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
  return (
    <Form onSubmit={() => signIn.mutate()}>
      {signIn.isError && <TroubleLine problem={asProblem(signIn.error)} />}
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
  return (
    <Form onSubmit={() => signUp.mutate()}>
      {signUp.isError && <TroubleLine problem={asProblem(signUp.error)} />}
      <NewName value={name} onChange={setName} />
      <NewPassword value={password} onChange={setPassword} />
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
  return (
    <Form onSubmit={() => setup.mutate()}>
      {setup.isError && <TroubleLine problem={asProblem(setup.error)} />}
      <TextInput
        label="One-time code"
        description="The hub printed it where it was started."
        autoComplete="one-time-code"
        autoFocus
        required
        value={code}
        onChange={(e) => setCode(e.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
      <NewName value={name} onChange={setName} />
      <NewPassword value={password} onChange={setPassword} />
      <Button type="submit" fullWidth loading={setup.isPending}>
        Create the administrator
      </Button>
    </Form>
  );
}

interface Field {
  value: string;
  onChange: (value: string) => void;
}

function NewName({ value, onChange }: Field) {
  return (
    <TextInput
      label="Name"
      description="Small letters, digits and hyphens."
      autoComplete="username"
      required
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
