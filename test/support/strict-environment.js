const { TestEnvironment } = require('jest-environment-node');

/**
 * Node, where a promise that is rejected and caught by nobody fails the test file also while the file is loaded: there
 * jest itself does not look.
 */
module.exports = class StrictEnvironment extends TestEnvironment {
  unhandled = [];
  note = (reason) => this.unhandled.push(reason);

  async setup() {
    await super.setup();
    process.on('unhandledRejection', this.note);
  }

  async teardown() {
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', this.note);
    await super.teardown();
    if (this.unhandled.length > 0) {
      const [first] = this.unhandled;
      throw new Error(`unhandled rejection: ${first?.stack ?? first}`);
    }
  }
};
