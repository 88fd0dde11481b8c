import { signal } from '@preact/signals';
import { Settings2 } from 'lucide-preact';
import { IconButton } from '../components/button.js';
import { Dialog } from '../components/dialog.js';
import { Select } from '../components/select.js';
import { Tabs } from '../components/tabs.js';
import { language, theme } from '../state/preferences.js';
import { setter } from '../state/stored.js';
import { strings } from '../strings/index.js';
import { LANGUAGES } from '../strings/languages.js';
import { TABS, type TabId, tab } from './tabs.js';

const isOpen = signal(false);

/** The name, the tabs, and settings of the page as a whole. */
export function Header() {
  const { tabs, header } = strings.value;
  return (
    <header class="header">
      <div class="brand">
        <img src="./icon.svg" alt="" />
        Elsewhere
      </div>
      <Tabs
        label={tabs.label}
        name="main"
        items={(Object.keys(TABS) as TabId[]).map((id) => ({ id, name: tabs[id], icon: TABS[id].icon }))}
        selected={tab.value}
        onSelect={setter(tab)}
      />
      <div class="header__end">
        <IconButton
          kind="quiet"
          icon={Settings2}
          label={header.appearance}
          onClick={() => {
            isOpen.value = true;
          }}
        />
      </div>
      {isOpen.value && <Appearance />}
    </header>
  );
}

function Appearance() {
  const texts = strings.value.header;
  return (
    <Dialog
      title={texts.appearance}
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <Select
        label={texts.theme}
        value={theme.value}
        options={[
          ['system', texts.themes.system],
          ['light', texts.themes.light],
          ['dark', texts.themes.dark],
        ]}
        onChange={setter(theme)}
      />
      <Select label={texts.language} value={language.value} options={LANGUAGES} onChange={setter(language)} />
    </Dialog>
  );
}
