const SECRET_NAME =
  /PASS(?!IVE|ENGER|THROUGH)|PWD$|SECRET|TOKEN|(?<![A-Z])(?:API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|MASTER)_?KEY|_KEY$|^KEY$|CREDENTIAL|DSN|SALT|AUTH$|COOKIE|CERT(?!AIN)|LICENSE/i;

/** A name that says that its value is not for everybody. */
export function soundsSecret(name: string): boolean {
  return SECRET_NAME.test(name) && !/_(?:FILE|PATH|DIR)$/i.test(name);
}

/** An address with a password in it, or the text of a private key. */
export function looksSecret(value: string): boolean {
  return /:\/\/[^/@\s:]*:[^/@\s]+@/.test(value) || value.includes('PRIVATE KEY-----');
}

/** A file that is likely to hold something secret, by its name. */
export function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ovpn|htpasswd|pgpass)$/i.test(name) ||
    /^(?:\.env.*|.*\.env|id_(?:rsa|ed25519|ecdsa).*|\.pgpass|\.netrc|g?shadow|\.npmrc|htpasswd)$/i.test(
      name,
    ) ||
    soundsSecret(name.replaceAll(/[-.]/g, '_'))
  );
}
