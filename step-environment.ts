import { dirname, join } from 'node:path';

import type { PlannedStage } from './build-plan.ts';

/** What of the user's environment package clients need: who is at home, how the network is reached, where packages are. */
const PASSED_ON =
  /^(HOME|LANG|TMPDIR|USER|LOGNAME|(https?|no|all|ftp)_proxy|(HTTPS?|NO|ALL|FTP)_PROXY|(npm_config|NPM_CONFIG|PIP|UV|YARN|BUNDLE|SSL_CERT)_\w+|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|XDG_CACHE_HOME)$/;

/** What says where the user's own packages go: those of an image go elsewhere. */
const USERS_PLACE =
  /^((npm_config|NPM_CONFIG)_(local_prefix|prefix|global\w*|init_module|user_agent|noproxy|npm_version|node_gyp|loglevel|omit|include|production)|PIP_(USER|PREFIX|TARGET|ROOT|REQUIRE_VIRTUALENV)|UV_(PROJECT_ENVIRONMENT|SYSTEM_PYTHON|PROJECT)|BUNDLE_(PATH|GEMFILE|APP_CONFIG|WITHOUT))$/i;

interface StepSurroundings {
  readonly root: string;
  /** The user's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The user's `PATH`. */
  readonly path: string;
  readonly venv?: string;
}

/** The environment of a set-up step, before the image's own variables. */
export function stepEnvironment(
  { family, interpreter }: PlannedStage,
  { root, environment, home, path, venv }: StepSurroundings,
): ReadonlyMap<string, string> {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && PASSED_ON.test(name) && !USERS_PLACE.test(name)
      ? [[name, value] as const]
      : [],
  );
  const local = join(root, 'usr/local');
  return new Map([
    ...passed,
    ['HOME', home],
    ['CI', 'true'],
    ['PATH', [...programFoldersOf({ family, interpreter, venv, root }), path].join(':')],
    ['npm_config_prefix', local],
    ['npm_config_update_notifier', 'false'],
    ...environmentOf(family, { venv, root }),
    ...(venv === undefined
      ? []
      : [['UV_PROJECT_ENVIRONMENT', venv] as const, ['POETRY_VIRTUALENVS_CREATE', 'false'] as const]),
  ]);
}

interface Place {
  readonly venv: string | undefined;
  readonly root: string;
}

/** What programs of an image need to find their packages, when it is made and when it runs. */
export function environmentOf(
  family: PlannedStage['family'],
  { venv, root }: Place,
): readonly (readonly [string, string])[] {
  if (family === 'ruby') {
    const bundle = join(root, 'usr/local/bundle');
    return [
      ['GEM_HOME', bundle],
      ['BUNDLE_PATH', bundle],
      ['BUNDLE_APP_CONFIG', join(bundle, '.bundle')],
    ];
  }
  return venv === undefined ? [] : [['VIRTUAL_ENV', venv]];
}

interface Programs extends Place, Pick<PlannedStage, 'family'> {
  readonly interpreter: PlannedStage['interpreter'] | undefined;
}

/** Folders of this machine that go before the usual `PATH`. */
export function programFoldersOf({ family, interpreter, venv, root }: Programs): readonly string[] {
  return [
    ...(venv === undefined ? [] : [join(venv, 'bin')]),
    join(root, 'usr/local/bin'),
    ...(family === 'ruby' ? [join(root, 'usr/local/bundle/bin')] : []),
    ...(interpreter === undefined ? [] : [dirname(interpreter.program)]),
  ];
}
