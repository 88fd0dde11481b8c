/** Ends an output as a camera's track ends: unlike `stop()` alone, whoever uses it is told. */
export function endTrack(output: MediaStreamTrack): void {
  if (output.readyState === 'ended') return;
  output.stop();
  output.dispatchEvent(new Event('ended'));
}
