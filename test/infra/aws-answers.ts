/**
 * Answers the two calls that a plan makes to AWS: the caller's identity and the availability zones. Any
 * other call is an error, so a plan that makes more calls fails.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const ANSWERS: Readonly<Record<string, string>> = {
  GetCallerIdentity: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/plan</Arn><UserId>plan</UserId><Account>123456789012</Account>
    </GetCallerIdentityResult></GetCallerIdentityResponse>`,
  DescribeAvailabilityZones: `<DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><availabilityZoneInfo>${[
    'a',
    'b',
    'c',
  ]
    .map(
      (zone, index) =>
        `<item><zoneName>eu-central-1${zone}</zoneName><zoneId>euc1-az${index + 1}</zoneId><zoneState>available</zoneState></item>`,
    )
    .join('')}</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`,
}

/** Its URL is for AWS_ENDPOINT_URL. */
export async function answerPlans(): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const answer = ANSWERS[new URLSearchParams(body).get('Action') ?? '']
    response.writeHead(answer === undefined ? 400 : 200, { 'Content-Type': 'text/xml' }).end(answer ?? '<no/>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
