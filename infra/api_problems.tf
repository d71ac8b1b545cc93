# API Gateway answers a request that it refuses with the same codes and in the same form as the REST
# dialect (src/api/problems.ts): RFC 9457, with a stable code.

locals {
  gateway_responses = {
    ACCESS_DENIED                = { status = 403, code = "forbidden", title = "The caller may not do this." }
    BAD_REQUEST_BODY             = { status = 400, code = "invalid_body", title = "The body or frame, or an order of the batch, is not a JSON object." }
    DEFAULT_5XX                  = { status = 503, code = "unavailable", title = "A service that the exchange needs cannot be reached." }
    EXPIRED_TOKEN                = { status = 401, code = "unauthorized", title = "An API key is missing or unknown." }
    INVALID_API_KEY              = { status = 401, code = "unauthorized", title = "An API key is missing or unknown." }
    MISSING_AUTHENTICATION_TOKEN = { status = 404, code = "not_found", title = "No route has this path." }
    QUOTA_EXCEEDED               = { status = 429, code = "rate_limited", title = "A rate limit was exceeded. See the Retry-After header." }
    REQUEST_TOO_LARGE            = { status = 413, code = "body_too_large", title = "The body has more bytes than the limit." }
    RESOURCE_NOT_FOUND           = { status = 404, code = "not_found", title = "No route has this path." }
    THROTTLED                    = { status = 429, code = "rate_limited", title = "A rate limit was exceeded. See the Retry-After header." }
    UNAUTHORIZED                 = { status = 401, code = "unauthorized", title = "An API key is missing or unknown." }
    WAF_FILTERED                 = { status = 403, code = "forbidden", title = "The caller may not do this." }
    UNSUPPORTED_MEDIA_TYPE       = { status = 415, code = "unsupported_media_type", title = "The body must be application/json." }
  }
}

resource "aws_api_gateway_gateway_response" "problem" {
  for_each = local.gateway_responses

  rest_api_id   = aws_api_gateway_rest_api.exchange.id
  response_type = each.key
  status_code   = tostring(each.value.status)

  response_parameters = merge(
    { "gatewayresponse.header.Content-Type" = "'application/problem+json'" },
    # A page may read why it was refused. The answers have nothing of an account, so every page may.
    local.cross_origin ? {
      "gatewayresponse.header.Access-Control-Allow-Origin"   = "'*'"
      "gatewayresponse.header.Access-Control-Expose-Headers" = "'Retry-After'"
    } : {},
    each.value.status == 401 ? { "gatewayresponse.header.WWW-Authenticate" = "'Bearer'" } : {},
    each.value.status == 429 || each.value.status == 503 ? { "gatewayresponse.header.Retry-After" = "'1'" } : {},
  )

  response_templates = {
    "application/json" = jsonencode({
      type   = "/docs/problems#${each.value.code}"
      title  = each.value.title
      status = each.value.status
      code   = each.value.code
    })
  }
}
