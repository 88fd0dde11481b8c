import { FilePlus2 } from 'lucide-preact';
import { Button } from '../components/button.js';
import { pickFiles } from '../components/file-picker.js';
import { PrivacyNote } from '../components/privacy-note.js';
import { Message } from '../display/message.js';
import { Backgrounds } from '../panel/backgrounds.js';
import { strings } from '../strings/index.js';
import { JobRow } from './job-row.js';
import { JobView } from './job-view.js';
import { addRecordings, order, queue, selectedId } from './jobs.js';

/** The tab that converts recordings. */
export function FileTab() {
  const texts = strings.value.files;
  const selected = queue.value.find(({ id }) => id === selectedId.value);
  return (
    <>
      <section class="display" aria-label={texts.label}>
        <div class="display__middle">
          {selected ? <JobView key={selected.id} job={selected} /> : <Empty />}
        </div>
        {queue.value.length > 0 && <Jobs />}
      </section>
      <aside class="panel panel--plain" aria-label={texts.background}>
        <div class="panel__body">
          <Backgrounds />
        </div>
      </aside>
    </>
  );
}

/** Opens the file picker for recordings. */
async function chooseRecordings(): Promise<void> {
  addRecordings(await pickFiles('video/*,.mkv,.mov', true));
}

function Empty() {
  const texts = strings.value.files;
  return (
    <Message icon={FilePlus2} title={texts.title}>
      <p>{texts.what}</p>
      <div class="actions">
        <Button kind="primary" large icon={FilePlus2} onClick={chooseRecordings}>
          {texts.choose}
        </Button>
      </div>
      <PrivacyNote>{texts.private}</PrivacyNote>
    </Message>
  );
}

function Jobs() {
  const texts = strings.value.files;
  const ready = queue.value.filter(({ stage }) => stage === 'ready');
  return (
    <div class="jobs">
      <ul class="jobs__list">
        {queue.value.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
      <div class="actions">
        <Button kind="quiet" icon={FilePlus2} onClick={chooseRecordings}>
          {texts.more}
        </Button>
        {ready.length > 1 && (
          <Button
            onClick={() => {
              for (const { id } of ready) order(id);
            }}
          >
            {texts.convertAll(ready.length)}
          </Button>
        )}
      </div>
    </div>
  );
}
