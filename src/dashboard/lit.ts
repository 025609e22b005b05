/** lit-html as the engine serves it, from its own node_modules: the one place that knows the address. */
export { html, nothing, render, svg, type TemplateResult } from '/dashboard/lit-html.js';
