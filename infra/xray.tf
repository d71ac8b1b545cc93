# Traces. A request is traced from API Gateway to the stream; the matcher's trace begins with the
# batch, and the request id inside each record joins the two.

resource "aws_xray_group" "exchange" {
  group_name        = "exchange"
  filter_expression = "service(\"ExchangeIngest\") OR service(\"ExchangeMatcher\") OR service(\"ExchangeQuery\")"

  insights_configuration {
    insights_enabled      = false
    notifications_enabled = false
  }
}

# The first request of each second, then one in a hundred: a million orders cost about 5 cents.
resource "aws_xray_sampling_rule" "exchange" {
  rule_name      = "exchange"
  priority       = 100
  version        = 1
  reservoir_size = 1
  fixed_rate     = 0.01
  host           = "*"
  http_method    = "*"
  resource_arn   = "*"
  service_name   = "?xchange*" # the API is "exchange", the functions are "Exchange..."
  service_type   = "*"
  url_path       = "*"
}
