/**
 * Opens the file picker.
 *
 * @param accept - As in `<input accept>`.
 * @returns The chosen files; empty if the user cancels.
 */
export function pickFiles(accept: string, multiple = false): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = multiple;
  return new Promise((resolve) => {
    input.onchange = () => resolve([...(input.files ?? [])]);
    input.oncancel = () => resolve([]);
    input.click();
  });
}
