import { useEffect, useMemo } from 'preact/hooks';

/** An object URL for a file, valid as long as the component is mounted. */
export function useObjectUrl(blob: Blob): string {
  const url = useMemo(() => URL.createObjectURL(blob), [blob]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return url;
}
