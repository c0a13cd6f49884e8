import { Tabs } from '@mantine/core';
import { Code } from './texts';

const quoted = (text: string) => JSON.stringify(text);
const shell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Code that uses what a full name means, in the words of each language. */
export const Snippets = ({ fullName }: { fullName: string }) => {
  const url = `${window.location.origin}/api/v1/resolve`;
  const python = `import os, requests

version = requests.get(
    ${quoted(url)},
    params={"name": ${quoted(fullName)}},
    headers={"Authorization": f"Bearer {os.environ['MONIKER_KEY']}"},
    timeout=10,
)
version.raise_for_status()
print(version.json()["source"]["uri"])`;
  const typescript = `const name = ${quoted(fullName)};
const answer = await fetch(\`${url}?name=\${encodeURIComponent(name)}\`, {
  headers: { Authorization: \`Bearer \${process.env.MONIKER_KEY}\` },
});
if (!answer.ok) throw new Error((await answer.json()).detail);
const { version, source } = await answer.json();
console.log(version, source.uri);`;
  const curl = `curl -fsS -G ${shell(url)} \\
  --data-urlencode ${shell(`name=${fullName}`)} \\
  -H "Authorization: Bearer $MONIKER_KEY"`;
  return (
    <Tabs defaultValue="python" variant="pills" keepMounted={false}>
      <Tabs.List mb="xs" aria-label="Language">
        <Tabs.Tab value="python">Python</Tabs.Tab>
        <Tabs.Tab value="typescript">TypeScript</Tabs.Tab>
        <Tabs.Tab value="curl">curl</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="python"><Code label="Python" code={python} /></Tabs.Panel>
      <Tabs.Panel value="typescript"><Code label="TypeScript" code={typescript} /></Tabs.Panel>
      <Tabs.Panel value="curl"><Code label="curl" code={curl} /></Tabs.Panel>
    </Tabs>
  );
};
