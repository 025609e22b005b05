/** The supervision tree, as `/tree` tells it. */
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import { runs } from './channel-facts.js';
import { askJson } from './feed.js';
import type { FrameWork } from './frame-work.js';
import { html, nothing, render, type TemplateResult } from './lit.js';
import type { View } from './main.js';
import { clockTime, count, plain } from './words.js';

const EVERY_MS = 2000;
/** Deeper than any tree of this engine. */
const MAX_DEPTH = 12;

export function treePage(root: HTMLElement, work: FrameWork): View {
  const heading = document.createElement('h1');
  heading.tabIndex = -1;
  heading.textContent = 'Supervision tree';
  const body = document.createElement('div');
  root.replaceChildren(heading, body);
  let open = true;
  let known = false;
  let asking = false;
  let askedMs = Number.NEGATIVE_INFINITY;

  const show = (content: TemplateResult) => work.add('page', () => open && render(content, body));

  const look = async () => {
    if (asking || document.hidden || performance.now() - askedMs < EVERY_MS) return;
    asking = true;
    askedMs = performance.now();
    const answer = await askJson<TreeNode>('/tree');
    asking = false;
    if (answer?.value !== undefined) {
      known = true;
      show(html`<ul class="tree panel">${branch(answer.value, 0)}</ul>`);
    } else if (!known) {
      const why =
        answer?.status === 404
          ? 'This engine does not show its tree.'
          : 'The engine does not tell its tree now.';
      show(html`<p class="empty">${why}</p>`);
    }
    // Without an answer the last tree stays, and the banner says how old the page is.
  };
  void look();
  return {
    heading,
    title: 'Supervision tree',
    changed: () => {},
    tick: () => void look(),
    close() {
      open = false;
    },
  };
}

function branch(node: TreeNode, depth: number): TemplateResult {
  const { id, type, state, sinceUtcMs, restarts, pid, detail, children } = node;
  const wrong = !runs(node);
  return html`<li><div class="node ${plain(type, 20)} ${wrong ? 'wrong' : ''}">
      <strong><bdi>${plain(id, 80)}</bdi></strong>
      <span class="node-state">${plain(state, 20)}</span>
      ${pid === null ? nothing : html`<span class="fact">pid ${pid}</span>`}
      ${restarts === 0 ? nothing : html`<span class="fact restarts">${count(restarts, 'restart')}</span>`}
      <span class="fact">since ${clockTime(sinceUtcMs)}</span>
      ${detail === '' ? nothing : html`<span class="detail"><bdi>${plain(detail, 300)}</bdi></span>`}
    </div>
    ${children.length === 0 || depth >= MAX_DEPTH ? nothing : html`<ul>${children.map((child) => branch(child, depth + 1))}</ul>`}</li>`;
}
