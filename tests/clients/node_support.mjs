// What the Node cases share. A case prints one JSON line; the Python side counts them.
import assert from 'node:assert/strict';

export const gateway = process.env.GATEWAY;
export const token = process.env.TOKEN;
export const format = process.env.FORMAT; // what the upstream speaks: chat or messages
const upstream = process.env.UPSTREAM;

export const HELLO = 'Grüße, 世界 😀: all is well.';
export const ANSWER = '12 °C at noon.';
export const WEATHER = { city: 'Zürich', unit: '°C' };
export const CLOCK = { zone: 'Europe/Zurich' };

// The newest requests of one conversation, as the upstream got them.
export async function seen(model) {
  const all = await (await fetch(`${upstream}/seen`)).json();
  return all.filter((asked) => asked.body?.model === model);
}

export async function asked(model) {
  return (await seen(model)).at(-1).body;
}

// Lets a stream go on that waits in the middle.
export const goOn = () => fetch(`${upstream}/go-on`);

export async function expectGone(model) {
  const end = Date.now() + 1000;
  while (!(await seen(model)).at(-1)?.gone) {
    assert.ok(Date.now() < end, 'the upstream sees the connection close');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function run(cases) {
  for (const [name, body] of Object.entries(cases)) {
    const began = performance.now();
    let trouble = '';
    try {
      await body();
    } catch (error) {
      const at = error.stack?.split('\n').find((line) => line.includes('/tests/clients/')) ?? '';
      trouble = `${error.constructor?.name}: ${error.message}${at}`;
    }
    console.log(JSON.stringify({ name, trouble, seconds: (performance.now() - began) / 1000 }));
  }
  process.exit(0); // left-over keep-alive connections do not matter
}
