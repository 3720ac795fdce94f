import { Skeleton } from '@mantine/core';
import css from './page.module.css';

/** Rows of a table that are still on their way. */
export function BoneRows({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className={css.boneRows}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders
        <div key={row} className={css.boneRow}>
          <Skeleton height={14} width={`${34 + ((row * 17) % 30)}%`} />
          <Skeleton height={14} width={110} />
          <Skeleton height={14} width={70} />
        </div>
      ))}
    </div>
  );
}

/** A page's head and a few cards that are still on their way. */
export function BonePage({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label}>
      <Skeleton height={24} width={280} mb={20} mt={6} />
      <Skeleton height={112} radius="lg" mb={16} />
      <Skeleton height={180} radius="lg" mb={16} />
      <Skeleton height={240} radius="lg" />
    </div>
  );
}
