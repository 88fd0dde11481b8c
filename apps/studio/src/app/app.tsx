import { tabPanel } from '../components/tabs.js';
import { Toasts } from '../components/toasts.js';
import { DropZone } from './drop-zone.js';
import { Header } from './header.js';
import { TABS, tab } from './tabs.js';

/** The page. */
export function App() {
  const { View } = TABS[tab.value];
  return (
    <div class="app">
      <Header />
      <main class="main">
        <div class="workspace" {...tabPanel('main', tab.value)}>
          <View />
        </div>
      </main>
      <Toasts />
      <DropZone />
    </div>
  );
}
