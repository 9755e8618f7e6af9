/** A setting that doesn't fit what the database has. */
export class SettingError extends Error {
  /** The setting's name on the wire. */
  readonly setting: string

  /** `problem` follows the setting's name. */
  constructor(setting: string, problem: string) {
    super(`${setting} ${problem}`)
    this.name = 'SettingError'
    this.setting = setting
  }

  get problem(): string {
    return this.message.slice(this.setting.length + 1)
  }
}
