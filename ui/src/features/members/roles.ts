import type { Role } from '~/api/contract';

export const ROLES: { value: Role; label: string; about: string }[] = [
  { value: 'owner', label: 'Owner', about: 'May do everything, also give and take roles.' },
  { value: 'editor', label: 'Editor', about: 'Writes experiments and hubs, and runs them.' },
  { value: 'operator', label: 'Operator', about: 'Runs and stops experiments, but does not change them.' },
  { value: 'viewer', label: 'Viewer', about: 'Reads and watches.' },
];
