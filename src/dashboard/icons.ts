/** Signs of a channel's condition: each tone has a shape of its own, so that none depends on colour. */
import type { Judgement, Tone } from './judgement.js';
import { html, svg, type TemplateResult } from './lit.js';

const SHAPES: Readonly<Record<Tone, TemplateResult>> = {
  bad: svg`<path d="M8 1 15.5 14.5H.5z"/><path class="hole" d="M8 6v4M8 12.2v.3"/>`,
  warn: svg`<path d="M8 .8 15.2 8 8 15.2.8 8z"/><path class="hole" d="M8 4.6v4M8 11v.3"/>`,
  busy: svg`<path d="M2 2h12M2 14h12" class="line"/><path d="M3 2c0 4 5 4 5 6s-5 2-5 6h10c0-4-5-4-5-6s5-2 5-6z"/>`,
  ok: svg`<circle cx="8" cy="8" r="7"/><path class="hole" d="m4.8 8.2 2.3 2.3 4.2-4.6"/>`,
  off: svg`<rect x="2" y="2" width="12" height="12" rx="1.5"/>`,
};

export function toneIcon(tone: Tone): TemplateResult {
  return html`<svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SHAPES[tone]}</svg>`;
}

export function chip({ tone, word }: Pick<Judgement, 'tone' | 'word'>): TemplateResult {
  return html`<span class="chip ${tone}">${toneIcon(tone)}<span class="word">${word}</span></span>`;
}
