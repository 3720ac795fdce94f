import { PasswordInput } from '@mantine/core';

/** A password that somebody thinks of now; `label` names it. */
export function NewPassword({
  label = 'Password',
  value,
  onChange,
  error,
}: {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}) {
  return (
    <PasswordInput
      label={label}
      description="At least 12 characters; a sentence is good."
      autoComplete="new-password"
      required
      error={error}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
