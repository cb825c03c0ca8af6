// What the GramJS scripts share: a socket that goes to the local data centre, its key, and a client.
"use strict";
const crypto = require("crypto");
const { TelegramClient } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { _serverKeys } = require("telegram/crypto/RSA");
const { ConnectionTCPFull } = require("telegram/network");
const { Logger, PromisedNetSockets } = require("telegram/extensions");
const bigInt = require("big-integer");

const { TGDC_ADDRESS, TGDC_DC } = process.env;
const [host, port] = TGDC_ADDRESS.split(":");
const api = { apiId: 1, apiHash: "0123456789abcdef0123456789abcdef" };

// The client asks for port 80 or 443 whatever its session says. `port` is that of the data centre to go to.
class LocalSocket extends PromisedNetSockets {
  connect(_port, address) {
    return super.connect(LocalSocket.port, address);
  }
}
LocalSocket.port = Number(port);

// A TL string of a number's bytes, for the key's fingerprint.
function tlBytes(bytes) {
  const head = bytes.length < 254 ? Buffer.from([bytes.length])
    : Buffer.from([254, bytes.length & 255, (bytes.length >> 8) & 255, bytes.length >> 16]);
  const all = Buffer.concat([head, bytes]);
  return Buffer.concat([all, Buffer.alloc((4 - (all.length % 4)) % 4)]);
}

function trustKey(pem) {
  const jwk = crypto.createPublicKey(pem).export({ format: "jwk" });
  const n = Buffer.from(jwk.n, "base64url"), e = Buffer.from(jwk.e, "base64url");
  const sha1 = crypto.createHash("sha1").update(tlBytes(n)).update(tlBytes(e)).digest();
  const fingerprint = sha1.subarray(-8).readBigInt64LE().toString();
  _serverKeys.clear();
  _serverKeys.set(fingerprint, { n: bigInt(n.toString("hex"), 16), e: bigInt(e.toString("hex"), 16).toJSNumber() });
}

async function expectError(name, promise) {
  try {
    await promise;
  } catch (error) {
    if (error.errorMessage === name) return;
    throw error;
  }
  throw new Error("no " + name);
}

// options: those of TelegramClient.
async function connect(options) {
  const session = new StringSession("");
  session.setDC(Number(TGDC_DC), host, 443); // it keeps ports below 32768 only
  const client = new TelegramClient(session, api.apiId, api.apiHash, {
    connection: ConnectionTCPFull, networkSocket: LocalSocket, connectionRetries: 2, requestRetries: 1, timeout: 10,
    baseLogger: new Logger(process.env.TGDC_VERBOSE ? "debug" : "none"), ...options,
  });
  await client.connect();
  return client;
}

module.exports = { api, connect, expectError, trustKey, LocalSocket };
