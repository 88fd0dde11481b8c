import type { WebQuality } from '@elsewhere/web';
import { Eye, EyeOff } from 'lucide-preact';
import type { ToBackground } from '../protocol.js';
import { KNOWN_SITES } from '../sites.js';
import { strings } from '../strings/index.js';
import { Backgrounds } from './backgrounds.js';
import { Preview } from './preview.js';
import { problem } from './problem.js';
import { cameras, change, isOn, openedPage, settings, turn } from './state.js';

const texts = strings.popup;

/** Everything in the popup. */
export function Popup() {
  return (
    <main>
      <Head />
      <Preview />
      <Status />
      <Backgrounds />
      <Devices />
      <Sites />
      <footer>
        <p>{texts.private}</p>
        <p>{texts.shortcuts}</p>
      </footer>
    </main>
  );
}

function Head() {
  const page = openedPage.value;
  if (!page) return <header class="head" />;
  if (!page.site) {
    return (
      <header class="head">
        <h1>Elsewhere</h1>
        <p class="note">{texts.noSite}</p>
      </header>
    );
  }
  const { site, embedded } = page;
  return (
    <header class="head">
      <h1>Elsewhere</h1>
      <Switch
        label={texts.site(new URL(site).host)}
        checked={isOn([site])}
        onChange={(on) => void turn(on, [site, ...embedded])}
      />
    </header>
  );
}

function Status() {
  const page = openedPage.value;
  const { hidden } = settings.value;
  const isReady = page?.isReady ?? false;
  const on = page?.site !== undefined && isOn([page.site]);
  return (
    <div class="status" aria-live="polite">
      {problem.value && <p class="problem">{problem.value}</p>}
      {on && !isReady && (
        <p class="notice">
          <span>{texts.reload}</span>
          <button class="button" type="button" onClick={() => void reload(page?.tab)}>
            {texts.reloadNow}
          </button>
        </p>
      )}
      {!on && isReady && <p class="note">{texts.offHint}</p>}
      <button
        class="button button--wide"
        type="button"
        aria-pressed={hidden}
        onClick={() => change({ hidden: !hidden })}
      >
        {hidden ? <Eye size={16} aria-hidden="true" /> : <EyeOff size={16} aria-hidden="true" />}
        {hidden ? texts.show : texts.hide}
      </button>
      {hidden && <p class="note">{texts.hiddenHint}</p>}
    </div>
  );
}

async function reload(tab: number | undefined): Promise<void> {
  if (tab === undefined) return;
  // The page must not be faster than the scripts.
  await chrome.runtime.sendMessage({ type: 'register' } satisfies ToBackground);
  await chrome.tabs.reload(tab);
  globalThis.close();
}

function Devices() {
  const { quality, camera } = settings.value;
  // A chosen camera stays in the list while it is unplugged.
  const labels = [...new Set([...cameras.value, ...(camera ? [camera] : [])])];
  return (
    <fieldset class="group">
      <legend>{texts.camera}</legend>
      {cameras.value.length > 0 ? (
        <label class="field">
          <span>{texts.camera}</span>
          <select value={camera} onChange={({ currentTarget }) => change({ camera: currentTarget.value })}>
            <option value="">{texts.pageChooses}</option>
            {labels.map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <button class="button button--wide" type="button" onClick={() => void openCameraPage()}>
          {texts.tryCamera}
        </button>
      )}
      <label class="field">
        <span>{texts.quality}</span>
        <select
          value={quality}
          onChange={({ currentTarget }) => change({ quality: currentTarget.value as WebQuality })}
        >
          {Object.entries(texts.qualities).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

async function openCameraPage(): Promise<void> {
  await chrome.tabs.create({ url: chrome.runtime.getURL('camera.html') });
  globalThis.close();
}

function Sites() {
  const known = new Set(Object.values(KNOWN_SITES).flat());
  const own = settings.value.sites.filter((site) => !known.has(site));
  return (
    <details class="group">
      <summary>{texts.sites}</summary>
      <p class="note">{texts.sitesHint}</p>
      {Object.entries(KNOWN_SITES).map(([name, sites]) => (
        <Switch key={name} label={name} checked={isOn(sites)} onChange={(on) => void turn(on, sites)} />
      ))}
      {own.map((site) => (
        <Switch key={site} label={new URL(site).host} checked onChange={(on) => void turn(on, [site])} />
      ))}
    </details>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}

function Switch({ label, checked, onChange }: SwitchProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="switch"
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox exposes by itself whether it is checked
        role="switch"
        checked={checked}
        onChange={({ currentTarget }) => {
          const on = currentTarget.checked;
          // Shows what is set, because the user can say no.
          currentTarget.checked = checked;
          onChange(on);
        }}
      />
    </label>
  );
}
