import {
  IconBrandBitbucket,
  IconBrandGithub,
  IconBrandGitlab,
  IconBrandGoogle,
  IconLogin2,
} from '@tabler/icons-react';

const ICONS: Record<string, typeof IconLogin2> = {
  github: IconBrandGithub,
  gitlab: IconBrandGitlab,
  google: IconBrandGoogle,
  bitbucket: IconBrandBitbucket,
};

/** The mark of a place that people come from; a door for those that have none here. */
export function ProviderIcon({ name, size = 18 }: { name: string | null | undefined; size?: number }) {
  const Icon = ICONS[name ?? ''] ?? IconLogin2;
  return <Icon size={size} stroke={1.7} aria-hidden />;
}
