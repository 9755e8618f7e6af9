import { credentialsOfLine } from './iam-login.ts'

const module = 'software.amazon.msk.auth.iam.IAMLoginModule'

describe('a line of sasl.jaas.config', () => {
  it('without options leaves it to the worker whose credentials are used', () => {
    expect(credentialsOfLine({ module, options: {} })).toBeUndefined()
    expect(
      credentialsOfLine({ module, options: { awsDebugCreds: 'true', awsMaxRetries: '7' } }),
    ).toBeUndefined()
  })

  it('names a profile', () => {
    expect(credentialsOfLine({ module, options: { awsProfileName: 'shop' } })).toEqual({ profile: 'shop' })
  })

  it('names a role, with what belongs to it', () => {
    const options = {
      awsRoleArn: 'arn:role',
      awsRoleSessionName: 'me',
      awsRoleExternalId: 'x',
      awsStsRegion: 'eu-west-1',
      awsRoleAccessKeyId: 'AKIA',
      awsRoleSecretAccessKey: 'secret',
    }
    expect(credentialsOfLine({ module, options })).toEqual({
      roleArn: 'arn:role',
      roleSessionName: 'me',
      roleExternalId: 'x',
      stsRegion: 'eu-west-1',
      keys: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    })
  })

  it('names the session of a role as the Java library does', () => {
    expect(credentialsOfLine({ module, options: { awsRoleArn: 'arn:role' } })?.roleSessionName).toBe(
      'aws-msk-iam-auth',
    )
  })

  it('with a profile and a role takes the profile, as there', () => {
    const options = { awsProfileName: 'shop', awsRoleArn: 'arn:role' }
    expect(credentialsOfLine({ module, options })).toEqual({ profile: 'shop' })
  })

  it('with an option that nobody knows is refused', () => {
    expect(() => credentialsOfLine({ module, options: { awsRoleArm: 'x' } })).toThrow('has awsRoleArm, which')
  })
})
