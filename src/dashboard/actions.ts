/**
 * What an operator can do with a channel: a button each, off with the reason where it may not be used, asked about
 * where viewers notice. `/actions` says which of them this address takes: the others are not shown, and where it takes
 * none at all, why.
 */
import type { ActionName } from '../../supervisors/engine/operations.js';
import type { TakenAction } from '../observe/taken-action.js';
import { askJson } from './feed.js';
import { html, nothing, type TemplateResult } from './lit.js';
import type { ChannelView } from './types.js';
import { plain } from './words.js';

interface Meaning {
  readonly label: string;
  /** What is done, for the button's description. */
  readonly does: string;
  /** Asked before it is done; undefined: nobody notices. */
  readonly warning?: string;
}

const MEANINGS: Readonly<Record<ActionName, Meaning>> = {
  'take-slate': {
    label: 'Take slate',
    does: 'airs slate from the next frame on; the plan goes on beneath',
    warning: 'Viewers see slate in place of what is scheduled, until you return to the plan.',
  },
  'return-to-plan': { label: 'Return to plan', does: 'ends the slate that was taken' },
  'skip-segment': {
    label: 'Skip segment',
    does: 'ends what is on air; what comes next begins',
    warning: 'What is on air ends at once for all viewers.',
  },
  'restart-decoder': {
    label: 'Restart decoder',
    does: 'kills the decoder on air and starts another; it counts as a restart',
    warning:
      'The decoder is killed. Viewers see nothing of it unless the new one is slow; one restart of the budget is used.',
  },
  'reset-budget': {
    label: 'Reset budget',
    does: 'forgets the restarts made; a channel on slate tries again at once',
  },
  'restart-channel': {
    label: 'Restart channel',
    does: 'replaces the host process of the channel',
    warning: 'Viewers are cut off and connect again; that takes a second or two.',
  },
};

const ANSWER_MS = 15_000;
/** Between two questions what is taken, until there is an answer. */
const ASK_AGAIN_MS = 2000;

export interface Actions {
  draw(view: ChannelView): TemplateResult | typeof nothing;
}

export function createActions(channelId: number, redraw: () => void): Actions {
  /** Undefined: not known, or not any more. */
  let known: readonly TakenAction[] | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  let busy = '';
  let result: { readonly ok: boolean; readonly text: string } | undefined;

  const learn = async () => {
    if (known !== undefined || performance.now() - askedMs < ASK_AGAIN_MS) return;
    askedMs = performance.now();
    const answer = await askJson<readonly TakenAction[]>('/actions');
    if (answer === undefined) return;
    known = answer.value ?? [];
    redraw();
  };

  const act = async (action: string, { label, warning }: Meaning) => {
    if (busy !== '') return;
    if (warning !== undefined && !(await confirmed(`${label} on channel ${channelId}?`, warning, label)))
      return;
    busy = action;
    result = undefined;
    redraw();
    const { status, ...outcome } = await order(channelId, action, label);
    result = outcome;
    // It was taken when the page asked: the engine is another one by now.
    if (status === 403) known = undefined;
    busy = '';
    redraw();
  };

  return {
    draw(view) {
      void learn();
      const offered = offeredBy(view, known ?? []);
      const none = known?.every(({ taken }) => !taken) ? known[0] : undefined;
      if (offered.length === 0 && result === undefined && none === undefined) return nothing;
      return html`<section class="panel" aria-labelledby="h-actions"><h2 id="h-actions">Actions</h2>
        <ul class="actions">${offered.map(({ action, allowed, reason }) => {
          const meaning = MEANINGS[action] ?? { label: action, does: '' };
          const disabled = !allowed || busy !== '';
          // Not `disabled`: whoever comes by keyboard is to learn why, too.
          return html`<li><button type="button" aria-disabled=${disabled} aria-describedby="does-${action}"
              @click=${() => !disabled && void act(action, meaning)}>${busy === action ? 'Working…' : meaning.label}</button>
            <p id="does-${action}">${allowed ? meaning.does : plain(reason)}</p></li>`;
        })}</ul>
        ${none === undefined ? nothing : html`<p class="note">${plain(none.error_message, 600)}</p>`}
        <p class="result ${result === undefined ? '' : result.ok ? 'ok' : 'bad'}" role="status">${result?.text ?? ''}</p>
      </section>`;
    },
  };
}

/** What the snapshot offers, as far as it is taken here. */
function offeredBy({ actions }: ChannelView, known: readonly TakenAction[]): ChannelView['actions'] {
  const taken = new Set(known.flatMap((each) => (each.taken ? each.action : [])));
  return actions.filter(({ action }) => taken.has(action));
}

async function order(channelId: number, action: string, label: string) {
  try {
    const answer = await fetch(`/channels/${channelId}/actions/${encodeURIComponent(action)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const said = (await answer.json()) as { success?: boolean; error_message?: string; error?: string };
    const reason = said.error ?? said.error_message ?? '';
    if (answer.ok && said.success !== false)
      return { ok: true, status: answer.status, text: `${label}: done.` };
    return {
      ok: false,
      status: answer.status,
      text: plain(`${label}: not done. ${reason || `The engine answered ${answer.status}`}`, 600),
    };
  } catch {
    return {
      ok: false,
      status: 0,
      text: `${label}: the engine gave no answer; look at the channel before you try again.`,
    };
  }
}

/** Asks in the page's dialog; Escape is no. */
function confirmed(question: string, warning: string, yes: string): Promise<boolean> {
  const dialog = document.getElementById('ask') as HTMLDialogElement;
  const make = <K extends keyof HTMLElementTagNameMap>(tag: K, text: string) =>
    Object.assign(document.createElement(tag), { textContent: text });
  const title = Object.assign(make('h2', question), { id: 'ask-title' });
  const cancel = Object.assign(make('button', 'Cancel'), { type: 'button' });
  const go = Object.assign(make('button', yes), { type: 'button', className: 'danger' });
  const buttons = document.createElement('p');
  buttons.className = 'buttons';
  buttons.append(cancel, go);
  dialog.replaceChildren(title, make('p', warning), buttons);
  return new Promise((resolve) => {
    cancel.onclick = () => dialog.close('');
    go.onclick = () => dialog.close('yes');
    dialog.onclose = () => resolve(dialog.returnValue === 'yes');
    dialog.returnValue = '';
    dialog.showModal();
    cancel.focus();
  });
}
