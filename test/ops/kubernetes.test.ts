/** The Kubernetes objects: valid by Kubernetes' own schemas, and in agreement with each other and with the engine. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/load-config.js';
import { tempDir } from '../support/temp-dir.js';

const FOLDER = fileURLToPath(new URL('../../ops/kubernetes', import.meta.url));

interface Manifest {
  readonly kind: string;
}

const manifests = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(readFileSync(path.join(FOLDER, name), 'utf8')))
  .map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Manifest;
  });

const KINDS = { ConfigMap, NetworkPolicy, PodDisruptionBudget, PodMonitor, Service, StatefulSet };

/** The one manifest of its kind. */
function the<Kind extends keyof typeof KINDS>(kind: Kind): InstanceType<(typeof KINDS)[Kind]> {
  const [found, ...more] = manifests.filter((each) => each.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`not exactly one ${kind}`);
  return new KINDS[kind](found as never) as never;
}

t.test('each object is valid by the schema of its kind', (t) => {
  t.same(manifests.map(({ kind }) => kind).sort(), Object.keys(KINDS).sort());
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    t.doesNotThrow(() => the(kind).validate(), kind);
  }
  t.end();
});

t.test('whatever selects pods selects the engines', (t) => {
  const { template, selector, serviceName } = the('StatefulSet').spec ?? {};
  const labels = template?.metadata?.labels;
  const selectors = {
    StatefulSet: selector?.matchLabels,
    Service: the('Service').spec?.selector,
    PodDisruptionBudget: the('PodDisruptionBudget').spec?.selector?.matchLabels,
    NetworkPolicy: the('NetworkPolicy').spec?.podSelector.matchLabels,
    PodMonitor: the('PodMonitor').spec.selector.matchLabels,
  };
  for (const [kind, chosen] of Object.entries(selectors)) {
    t.ok(Object.keys(chosen ?? {}).length > 0, kind);
    t.match(labels, chosen, kind);
  }
  t.equal(serviceName, the('Service').metadata?.name);
  t.end();
});

t.test(
  'the configuration is one that the engine takes, and its ports are those of everything else',
  async (t) => {
    const [pod] = [the('StatefulSet').spec?.template.spec];
    const container = pod?.containers[0];
    const file = path.join(tempDir(t), 'playout.yaml');
    await writeFile(file, the('ConfigMap').data?.['playout.yaml'] ?? '');
    const config = await loadConfig({ file, flags: {}, environment: {} });
    const ports = Object.fromEntries(container?.ports?.map((each) => [each.name, each.containerPort]) ?? []);
    t.same(ports, { grpc: config.grpc.port, http: config.http.port });
    t.match(
      the('Service').spec?.ports?.map(({ name, port }) => [name, port]),
      Object.entries(ports),
    );
    for (const probe of [container?.startupProbe, container?.readinessProbe, container?.livenessProbe]) {
      t.same(probe?.grpc, { port: config.grpc.port }, 'the engine as a whole, not a channel');
    }
    t.equal(the('PodMonitor').spec.podMetricsEndpoints?.[0]?.port, 'http');

    const mounted = container?.volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
    for (const folder of [config.plans.directory, ...config.mediaRoots, '/tmp'])
      t.ok(mounted.includes(folder), folder);
    const told = container?.args?.[2] ?? '';
    t.same(container?.args, ['serve', '--config', told]);
    t.ok(mounted.includes(path.dirname(told)));
    const volumes = pod?.volumes?.map(({ name }) => name).sort();
    t.same(container?.volumeMounts?.map(({ name }) => name).sort(), volumes);
  },
);
