import { strings } from '../strings/index.js';
import { toast } from './toasts.js';

/** Registers the service worker for offline use, and offers new versions. */
export async function startUpdates(): Promise<void> {
  const registration = await navigator.serviceWorker?.register('./service-worker.js').catch(() => undefined);
  if (!registration) return;
  const offer = () => {
    const { waiting } = registration;
    if (!waiting || !navigator.serviceWorker.controller) return;
    toast(strings.value.update.ready, {
      label: strings.value.update.reload,
      run: () => {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
        waiting.postMessage('update');
      },
    });
  };
  offer();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
}
