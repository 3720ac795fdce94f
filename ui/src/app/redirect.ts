import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Leads on to another address, once there is one; the page before it stays drawn until then. */
export function useRedirect(href: string | null): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (href !== null) void navigate({ href, replace: true });
  }, [href, navigate]);
}
