import { Download, RotateCcw, Save, Wand2, X } from 'lucide-preact';
import { Button, IconButton } from '../components/button.js';
import { download, size } from '../recording/download.js';
import { strings } from '../strings/index.js';
import { cancel, order, remove, selectedId } from './jobs.js';
import { isUnderWay, type Job, secondsLeft } from './queue.js';
import { canSaveAs, saveAs } from './save.js';

/** A recording with its state and its actions. */
export function JobRow({ job }: { readonly job: Job }) {
  const texts = strings.value.files;
  const isSelected = job.id === selectedId.value;
  return (
    <li class={`job${isSelected ? ' is-selected' : ''}`}>
      <button
        class="job__name"
        type="button"
        aria-pressed={isSelected}
        onClick={() => {
          selectedId.value = job.id;
        }}
      >
        <span class="job__title">{job.file.name}</span>
        <span class={`job__state${job.stage === 'failed' ? ' job__state--failed' : ''}`}>{stateOf(job)}</span>
      </button>
      {job.stage === 'working' && (
        <progress
          class="job__progress"
          aria-label={texts.progress(job.file.name)}
          value={job.share}
          max={1}
        />
      )}
      <div class="job__actions">
        <Actions job={job} />
        {isUnderWay(job) ? (
          <Button kind="quiet" onClick={() => cancel(job.id)}>
            {strings.value.cancel}
          </Button>
        ) : (
          <IconButton
            kind="quiet"
            icon={X}
            label={texts.remove(job.file.name)}
            onClick={() => remove(job.id)}
          />
        )}
      </div>
    </li>
  );
}

function Actions({ job }: { readonly job: Job }) {
  const texts = strings.value.files;
  switch (job.stage) {
    case 'ready':
      return (
        <Button kind="primary" icon={Wand2} onClick={() => order(job.id)}>
          {texts.convert}
        </Button>
      );
    case 'failed':
      return (
        <Button icon={RotateCcw} onClick={() => order(job.id)}>
          {strings.value.tryAgain}
        </Button>
      );
    case 'done':
      return <Results job={job} />;
    default:
      return null;
  }
}

function Results({ job }: { readonly job: Extract<Job, { stage: 'done' }> }) {
  const texts = strings.value.files;
  const { blob, name } = job.converted;
  return (
    <>
      <IconButton
        kind="quiet"
        icon={RotateCcw}
        label={texts.again(job.file.name)}
        onClick={() => order(job.id)}
      />
      {canSaveAs() && (
        <IconButton kind="quiet" icon={Save} label={texts.saveAs(name)} onClick={() => saveAs(blob, name)} />
      )}
      <Button kind="primary" icon={Download} onClick={() => download(blob, name)}>
        {texts.download}
      </Button>
    </>
  );
}

function stateOf(job: Job): string {
  const texts = strings.value.files;
  switch (job.stage) {
    case 'ready':
      return size(job.file.size);
    case 'waiting':
      return texts.waiting;
    case 'working': {
      const left = secondsLeft(job);
      const percent = `${Math.round(100 * job.share)} %`;
      return left === undefined ? percent : `${percent} · ${texts.left(left)}`;
    }
    case 'done':
      return texts.done(size(job.converted.blob.size));
    case 'failed':
      return job.code in texts.errors
        ? texts.errors[job.code as keyof typeof texts.errors]
        : texts.errors.other;
  }
}
