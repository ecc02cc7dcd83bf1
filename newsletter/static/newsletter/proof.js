// Solves the sum a sign-up form carries while many sign up, and sends the form.
// The sum is ALTCHA's, version 2: find a counter whose PBKDF2 key begins as asked.
"use strict";

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const view = new DataView(password.buffer);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; ; counter += 1) {
    view.setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}

async function prove(form) {
  const challenge = JSON.parse(form.dataset.challenge);
  const solution = await solve(challenge.parameters);
  form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
  form.requestSubmit(form.querySelector("[data-proved]"));
}

// Without a safe connection a browser has no crypto.subtle; the other button works there too.
const form = document.querySelector("form[data-challenge]");
if (form && window.crypto && crypto.subtle) {
  form.querySelector("[role=status]").hidden = false;
  prove(form);
}
