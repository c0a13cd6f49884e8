/** `npm run build`: makes `dist`, whether it has to or not. */
const { say, build } = require('./prepare');

try {
  build();
} catch (error) {
  say(error.message);
  process.exit(1);
}
