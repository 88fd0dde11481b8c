import { useEffect, useMemo } from 'preact/hooks';

/** An address for a file in memory, as long as the component is there. */
export function useObjectUrl(blob: Blob): string {
  const url = useMemo(() => URL.createObjectURL(blob), [blob]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return url;
}
