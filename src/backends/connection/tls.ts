import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { nearest } from '../../core/suggestion.ts';
import { connectionProblem } from './problem.ts';
import type { Keywords } from './parse-url.ts';
import type { Surroundings } from './surroundings.ts';

/** TLS as the session opens it. */
export interface TlsDecision {
  readonly ssl: false | TlsOptions;
  /** Go on without TLS where the server has none. */
  readonly sslOptional: boolean;
  readonly sslNegotiation?: 'direct' | undefined;
  readonly channelBinding?: boolean | undefined;
}

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

const NO_TLS: TlsDecision = { ssl: false, sslOptional: false };

/** TLS as libpq's parameters ask for it. Throws ConfigError. */
export function tlsDecision(
  keywords: Keywords,
  host: string,
  around: Surroundings,
  source: string,
): TlsDecision {
  const decision = decisionOfMode(keywords, host, around, source);
  const binding = oneOf(keywords, 'channel_binding', ['disable', 'prefer', 'require'], source);
  if (binding === 'require' && decision.ssl === false) {
    throw connectionProblem(
      source,
      'channel_binding=require needs TLS, which this connection does not have',
      'use sslmode=require or a stronger one over TCP, or leave it out',
    );
  }
  const negotiation = oneOf(keywords, 'sslnegotiation', ['postgres', 'direct'], source);
  // As libpq: a server that cannot do it must not be answered by a connection without TLS.
  if (negotiation === 'direct' && decision.sslOptional) {
    throw connectionProblem(
      source,
      'sslnegotiation=direct is not for a connection that may go on without TLS',
      'use sslmode=require, verify-ca or verify-full',
    );
  }
  return {
    ...decision,
    ...(negotiation === 'direct' && decision.ssl !== false ? { sslNegotiation: 'direct' } : {}),
    ...(binding === 'require' ? { channelBinding: true } : {}),
  };
}

function oneOf<Value extends string>(
  keywords: Keywords,
  name: string,
  values: readonly Value[],
  source: string,
): Value | undefined {
  const text = keywords.get(name);
  const value = values.find((candidate) => candidate === text);
  if (text === undefined || value !== undefined) return value;
  throw connectionProblem(
    source,
    `${name} has a value that does not exist`,
    `it is one of ${values.join(', ')}`,
  );
}

/**
 * TLS as libpq's sslmode asks for it (https://www.postgresql.org/docs/current/libpq-ssl.html), which is not
 * what Node's URL parser makes of it: `require` encrypts and does not verify, unless a root certificate is
 * given or lies in ~/.postgresql. `allow` is treated as `prefer`.
 */
function decisionOfMode(keywords: Keywords, host: string, around: Surroundings, source: string): TlsDecision {
  const rootName = keywords.get('sslrootcert');
  const mode = modeOf(keywords.get('sslmode') ?? (rootName === 'system' ? 'verify-full' : 'prefer'), source);
  if (rootName === 'system' && mode !== 'verify-full') {
    throw connectionProblem(
      source,
      `sslmode=${mode} is too weak for sslrootcert=system`,
      'use sslmode=verify-full',
    );
  }
  // sslmode is ignored on unix sockets: libpq-connect, sslmode.
  if (mode === 'disable' || host.startsWith('/')) return NO_TLS;
  const files = new TlsFiles(keywords, around, source);
  const common: TlsOptions = {
    ...files.clientCertificate(),
    ...files.revocations(),
    ...versionsOf(keywords, source),
  };
  if (mode === 'allow' || mode === 'prefer') {
    return { ssl: { ...common, rejectUnauthorized: false }, sslOptional: true };
  }
  // Node's own list of roots stands in for the system's; NODE_EXTRA_CA_CERTS adds to it.
  if (rootName === 'system') return { ssl: { ...common, rejectUnauthorized: true }, sslOptional: false };
  const ca = files.rootCertificate(mode !== 'require');
  if (ca === undefined) return { ssl: { ...common, rejectUnauthorized: false }, sslOptional: false };
  const verified: TlsOptions = { ...common, ca, rejectUnauthorized: true };
  if (mode === 'verify-full') return { ssl: verified, sslOptional: false };
  // verify-ca, and require with a root certificate: the chain is verified, the name is not.
  return { ssl: { ...verified, checkServerIdentity: () => undefined }, sslOptional: false };
}

function modeOf(text: string, source: string): Mode {
  const mode = MODES.find((candidate) => candidate === text);
  if (mode !== undefined) return mode;
  const near = text === 'no-verify' ? 'require' : nearest(text, MODES);
  throw connectionProblem(
    source,
    'sslmode has a value that does not exist',
    near === undefined
      ? `it is one of ${MODES.join(', ')}`
      : `did you mean ${near}? It is one of ${MODES.join(', ')}`,
  );
}

function versionsOf(keywords: Keywords, source: string): TlsOptions {
  const version = (name: string): (typeof VERSIONS)[number] | undefined => {
    const text = keywords.get(name)?.toLowerCase();
    if (text === undefined) return undefined;
    const found = VERSIONS.find((candidate) => candidate.toLowerCase() === text);
    if (found === undefined)
      throw connectionProblem(
        source,
        `${name} has a value that does not exist`,
        `it is one of ${VERSIONS.join(', ')}`,
      );
    return found;
  };
  const minVersion = version('ssl_min_protocol_version');
  const maxVersion = version('ssl_max_protocol_version');
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

/** The certificates that libpq takes, from where it takes them. */
class TlsFiles {
  readonly #keywords: Keywords;
  readonly #around: Surroundings;
  readonly #source: string;

  constructor(keywords: Keywords, around: Surroundings, source: string) {
    this.#keywords = keywords;
    this.#around = around;
    this.#source = source;
  }

  /** The named file, or the default one in ~/.postgresql where it exists. */
  #file(
    keyword: string,
    fallback: string,
  ): { path: string; text: string; mode: number | undefined } | undefined {
    const { home, variables, windows } = this.#around;
    const directory = windows ? `${variables['APPDATA'] ?? home}/postgresql` : `${home}/.postgresql`;
    const named = this.#keywords.get(keyword);
    const path = named ?? `${directory}/${fallback}`;
    let file;
    try {
      file = this.#around.read(path);
    } catch (cause) {
      throw connectionProblem(
        this.#source,
        `${keyword}: ${path} cannot be read`,
        'see its permissions',
        cause,
      );
    }
    if (file === undefined) {
      if (named === undefined) return undefined;
      throw connectionProblem(this.#source, `${keyword}: there is no file ${path}`);
    }
    return { path, text: file.text, mode: file.mode };
  }

  rootCertificate(needed: boolean): string | undefined {
    const file = this.#file('sslrootcert', 'root.crt');
    if (file === undefined && needed) {
      throw connectionProblem(
        this.#source,
        `sslmode=${this.#keywords.get('sslmode') ?? ''} needs a root certificate, and there is none`,
        'name its file with sslrootcert, or trust the public authorities with sslmode=verify-full and sslrootcert=system',
      );
    }
    return file?.text;
  }

  revocations(): TlsOptions {
    const file = this.#keywords.has('sslcrl') ? this.#file('sslcrl', 'root.crl') : undefined;
    return file === undefined ? {} : { crl: file.text };
  }

  clientCertificate(): TlsOptions {
    if (this.#keywords.get('sslcertmode') === 'disable') return {};
    const certificate = this.#file('sslcert', 'postgresql.crt');
    if (certificate === undefined) return {};
    const key = this.#file('sslkey', 'postgresql.key');
    if (key === undefined) {
      throw connectionProblem(
        this.#source,
        `the client certificate ${certificate.path} has no key`,
        'name it with sslkey',
      );
    }
    // As libpq: a key of root may be read by a group, any other by its owner only.
    if (key.mode !== undefined && (key.mode & 0o037) !== 0) {
      throw connectionProblem(
        this.#source,
        `others can read the private key ${key.path}`,
        `run \`chmod 600 ${key.path}\``,
      );
    }
    const passphrase = this.#keywords.get('sslpassword');
    return { cert: certificate.text, key: key.text, ...(passphrase === undefined ? {} : { passphrase }) };
  }
}
