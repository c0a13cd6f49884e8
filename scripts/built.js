/** For what runs the built server: makes `dist`, where it is not what the sources say. */
const { say, isBuilt, build } = require('./prepare');

try {
  if (!isBuilt()) build();
} catch (error) {
  say(error.message);
  process.exit(1);
}
